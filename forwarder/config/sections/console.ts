import { integer, object, optional, section, text, withDefault } from '../schema-builder.js';
import { path, secretReference } from './common.js';

const fingerprintPattern = /^(?:sha256:)?(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i;

/** How `threat-forwarder dsm` reaches the console of JSA; the service itself never does. */
export const consoleSection = section(
  {
    url: optional(
      text({
        description:
          'The console of JSA (QRadar), for `threat-forwarder dsm`. The service itself never talks to it.',
        expected: 'an address that begins with https://',
        isLegal: (value) => /^https:\/\//i.test(value) && URL.canParse(value),
        examples: ['https://192.0.2.5', 'https://jsa.example.org'],
        maxLength: 2048,
      }),
    ),
    token: optional(
      secretReference(
        'Where the token of an authorised service is (Admin, Authorized Services). When absent: the environment variable JSA_CONSOLE_TOKEN, else it is asked for.',
        'env:JSA_CONSOLE_TOKEN',
        'file:/etc/threat-forwarder/console-token',
      ),
    ),
    tls: withDefault(
      {},
      object(
        {
          ca: optional(
            path("Authorities to trust instead of the system's, PEM.", 'jsa-console-ca.pem'),
          ),
          fingerprint: optional(
            text({
              description:
                "SHA-256 of the console's certificate, for one that no authority signed: this certificate and no other is trusted then.",
              expected: '64 hexadecimal digits, colons between as you like',
              isLegal: (value) => fingerprintPattern.test(value),
              examples: ['sha256:5E:88:…'],
              maxLength: 120,
            }),
          ),
        },
        { description: "How the console's certificate is checked. It always is." },
      ),
    ),
    apiVersion: optional(
      text({
        description:
          'Version of the REST API to ask for; when absent, the newest that the console and this program know.',
        expected: 'a version such as 20.0',
        isLegal: (value) => /^\d{1,3}\.\d{1,3}$/.test(value),
        examples: ['20.0'],
        maxLength: 7,
      }),
    ),
    logSourceType: optional(
      text({
        description:
          'Type of the log source of the detections. When absent: `Kaspersky CyberTrace` where the console has it; else the type of the log source extension of this project where that was installed; else `Universal LEEF`.',
        examples: ['Universal LEEF'],
        maxLength: 241,
      }),
    ),
    eventCollector: optional(
      text({
        description:
          'Name of the event collector the log sources belong to; when absent, the only one, or that of the host in `delivery.collectors`.',
        examples: ['eventcollector0 :: jsa'],
        maxLength: 255,
      }),
    ),
    syslog: optional(
      text({
        description:
          'Where test events are sent to JSA as a log source would, HOST:PORT; when absent, the first collector of `delivery.collectors`.',
        examples: ['192.0.2.10:514'],
        maxLength: 300,
      }),
    ),
    timeoutSeconds: withDefault(
      30,
      integer({
        description: 'How long the console may take for one answer.',
        unit: 'seconds',
        minimum: 1,
        maximum: 600,
      }),
    ),
  },
  { description: 'The console of JSA.' },
);
