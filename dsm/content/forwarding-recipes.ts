import { forwardingNames } from '../identity.js';
import { code, markdownTable } from './markdown.js';
import type { BundleFile, BundleSettings } from './settings.js';

/** Field by field, what no REST API can make: where JSA forwards events to. */
export function forwardingDestinationFile({ service }: BundleSettings): BundleFile {
  const isTls = service.protocol === 'TLS';
  const rows = [
    ['Name', code(forwardingNames.destination)],
    [
      'Destination Address',
      `${code(service.host)}: the service's address, which must stay the same`,
    ],
    ['Event Format', '`JSON` (or `Payload`; never `Normalized`, which only another JSA can read)'],
    ['Destination Port', code(service.port)],
    ['Protocol', isTls ? '`TCP over TLS 1.1 or above`' : '`TCP`'],
    ['Profile (JSON only)', '`Default profile`'],
  ];
  const tls = isTls
    ? [
        "- JSA must trust the service's certificate: it is `intake.jsa.tls.cert` of its configuration.",
      ]
    : [];
  return {
    path: 'forwarding-destination.md',
    content: lines([
      '# Forwarding destination',
      '',
      '**Admin → System Configuration → Forwarding Destinations → Add**',
      '',
      markdownTable(['field', 'value'], rows),
      '',
      ...tls,
      '- JSA opens the connection when its own services start. A changed address is not noticed before they',
      '  are restarted.',
      '- Some releases (7.3.2 Patch 6 and 7.4.0 are named) drop events forwarded as JSON. When events are',
      '  missing, try `Payload`: the service takes both on the same port.',
      '- A profile of your own must keep `payload` or a field that only JSA writes (`logSourceIdentifier`,',
      '  `devTimeEpoch`).',
      '- Every event processor opens a connection of its own: the firewall must let all of them through.',
    ]),
  };
}

/** Field by field, the other thing that no REST API can make: which events are forwarded. */
export function routingRuleFile(settings: BundleSettings): BundleFile {
  const { identifier, verificationIdentifier, collector } = settings;
  const rows = [
    ['Name', code(forwardingNames.rule)],
    ['Mode', '`Online` (at once) or `Offline` (some minutes later, and nothing is lost)'],
    ['Forwarding Event Collector', `the one at ${code(collector.host)}`],
    ['Data Source', '`Events`'],
    [
      'Event Filters',
      `*Log Source*, *Equals any of*: the log sources to check, and ${code(verificationIdentifier)}`,
    ],
    ['**Match All Incoming Events**', '**cleared**'],
    ['Routing Options', `\`Forward\`, to ${code(forwardingNames.destination)}`],
  ];
  return {
    path: 'routing-rule.md',
    content: lines([
      '# Routing rule',
      '',
      '**Admin → System Configuration → Routing Rules → Add**',
      '',
      markdownTable(['field', 'value'], rows),
      '',
      `- **Never match all, never choose the log source ${code(identifier)}**: its detections would be`,
      '  forwarded and checked again. The service drops and counts what comes back, but it costs both sides.',
      '- Choose log sources whose events hold URLs, domains, addresses or hashes: proxy, DNS, firewall, mail,',
      '  endpoint.',
      '- In mode `Online` what JSA forwards while the service cannot be reached is lost.',
      '- `Forward` leaves the event stored and correlated; the other options do not.',
      '- One rule for each collector or processor that receives events.',
      '- **Admin → Deploy Changes** afterwards: nothing works before.',
    ]),
  };
}

function lines(text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}
