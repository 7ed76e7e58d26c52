import { list, value, type ContactsField, type Field, type ValueField } from './field.js';

const parts = [
  'Address',
  'City',
  'CountryCode',
  'Email',
  'Fax',
  'Name',
  'Organization',
  'Phone',
  'PostalCode',
  'State',
];

/** The registrar of a domain; the spelling of its name differs between the functions. */
export function registrarFields(
  section: string,
  info: { readonly name: string; readonly alias?: string } = { name: 'KLRegistrarInfo' },
): readonly ValueField[] {
  const at = `${section}.Registrar`;
  return [
    value('KLRegistrarEmail', at, 'Email'),
    value('KLRegistrarIanaId', at, 'IanaId', 'text or number'),
    { ...value(info.name, at, 'Info'), ...info },
  ];
}

/** When and by whom a domain was registered; `section`: DomainWhoIsInfo, or of URLs UrlDomainWhoIs. */
export function registrationFields(section: string): readonly Field[] {
  return [
    value('KLCreated', section, 'Created'),
    value('KLDomainName', section, 'DomainName'),
    list('KLDomainStatus', section, 'DomainStatus'),
    value('KLExpires', section, 'Expires'),
    list('KLNameServers', section, 'NameServers'),
    value('KLRegistrationOrganization', section, 'RegistrationOrganization'),
    value('KLUpdated', section, 'Updated'),
  ];
}

/** The contacts of a domain: registrant, administrative, technical, … */
export function domainContacts(section: string): ContactsField {
  return { shape: 'contacts', at: `${section}.Contacts`, roleKey: 'ContactType', parts };
}
