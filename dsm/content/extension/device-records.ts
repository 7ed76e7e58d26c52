import { logSourceExtensionName, logSourceTypeNames } from '../../identity.js';
import { deviceCategoryId, deviceExtensionId, deviceTypeId } from './ids.js';
import { nameUuid } from './name-uuid.js';
import type { ContentRecord } from './record.js';

/**
 * The log source type and its log source extension.
 *
 * From a decoded export: all columns of `sensordevicetype` and `device_ext`, their values but the names
 * and ids. The reading of it: that the name stands in both `devicetypename` and `devicetypedescription`
 * (of a built-in type the first is a name without blanks, the second what the console shows); the column
 * for the name of `sensordevicecategory`, of which only id and value are known.
 */
export function deviceRecords(extensionXml: string): readonly ContentRecord[] {
  const name = logSourceTypeNames.own;
  return [
    {
      table: 'sensordevicecategory',
      columns: { id: deviceCategoryId, devicecategoryname: 'SW/Integration' },
    },
    {
      table: 'device_ext',
      columns: {
        id: deviceExtensionId,
        uuid: nameUuid('device_ext', logSourceExtensionName),
        name: logSourceExtensionName,
        description: 'Reads the events of the threat forwarder',
        enabled: true,
        use_condition: 0,
        xml: Buffer.from(extensionXml, 'utf8').toString('base64'),
      },
    },
    {
      table: 'sensordevicetype',
      columns: {
        id: deviceTypeId,
        uuid: nameUuid('sensordevicetype', name),
        devicetypename: name,
        devicetypedescription: name,
        devicecategoryid: deviceCategoryId,
        defaultlanguageid: 1,
        devicetypecredibility: 5,
        devicetypeoverride: 4000,
        extension_id: deviceExtensionId,
        uniqueperhost: false,
        mask: 0,
        dsmparameter: '',
      },
    },
  ];
}
