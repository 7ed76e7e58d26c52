import { deviceTypeId } from './ids.js';
import type { ContentRecord } from './record.js';

/** How events may reach a log source of our type. */
const protocols = [
  { id: 0, name: 'Syslog' },
  { id: 12, name: 'Forwarded' },
  { id: 23, name: 'TCPMultilineSyslog' },
  { id: 50, name: 'SyslogRedirect' },
] as const;

/**
 * The protocols of our log source type.
 *
 * From a decoded export: the two tables, and these ids with their names; it lists 59 protocols, of which
 * the others have nothing to do with our events. The reading of it: the names of all columns but `id`,
 * and that a type may have fewer than all protocols.
 */
export function protocolRecords(): readonly ContentRecord[] {
  return [
    ...protocols.map(({ id, name }) => ({
      table: 'sensorprotocol',
      columns: { id, protocolname: name },
    })),
    ...protocols.map(({ id }, index) => ({
      table: 'sensordeviceprotocols',
      columns: { id: index + 1, sensordevicetypeid: deviceTypeId, sensorprotocolid: id },
    })),
  ];
}
