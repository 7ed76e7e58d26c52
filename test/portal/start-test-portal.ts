import { randomUUID } from 'node:crypto';

import { Pauses } from '../console/api/pauses.js';
import { Answers } from './api/answers.js';
import { Faults } from './api/faults.js';
import { startServer } from './api/server.js';
import { makePortalCertificates } from './certificates.js';
import type { PortalRequest, TestPortal, TestPortalOptions } from './test-portal.js';

const defaultQuota = 100_000;

/**
 * Starts a Threat Intelligence Portal for tests, or an OpenTIP: the lookup API over HTTPS. A test double:
 * written from the published pages, not from a portal, and it proves nothing about a real one. What it
 * says about a value is made up from the value alone: the same value, the same reply.
 */
export async function startTestPortal(options: TestPortalOptions = {}): Promise<TestPortal> {
  const { openTip = false, quota = defaultQuota } = options;
  const { demandsCertificate = openTip ? 'none' : '401', tokens = [randomUUID()] } = options;
  const certificates = makePortalCertificates(options.isCertificateExpired === true);
  const username = 'tester@example.com';
  // A colon, as only the first one ends the name.
  const password = `tests:${randomUUID()}`;
  const answers = new Answers(openTip, quota);
  const faults = new Faults();
  const pauses = new Pauses();
  const requests: PortalRequest[] = [];
  const inFlight = { now: 0, most: 0 };
  let connections = 0;
  const { cert, key } = certificates.server;
  const server = await startServer({
    tls: {
      ...{ cert, key, ca: certificates.ca },
      requestCert: demandsCertificate !== 'none',
      rejectUnauthorized: demandsCertificate === 'tls',
    },
    port: options.port ?? 0,
    delayMs: options.delayMs ?? 0,
    door: {
      ...{ isOpenTip: openTip, username, password, tokens },
      isCertificateNeeded: demandsCertificate !== 'none',
    },
    ...{ answers, faults, pauses },
    onRequest: (request, response) => {
      requests.push(request);
      inFlight.now++;
      inFlight.most = Math.max(inFlight.most, inFlight.now);
      response.once('close', () => inFlight.now--);
    },
    onConnection: () => {
      connections++;
    },
  });
  return {
    url: `https://127.0.0.1:${server.port}`,
    credentials: { username, password, token: tokens[0] ?? '' },
    caFile: certificates.caFile,
    clientCert: certificates.client,
    wrongClientCert: certificates.stranger,
    requests,
    inFlight,
    get connections() {
      return connections;
    },
    get dayRequests() {
      return answers.dayRequests;
    },
    replyFor: (kind, value) => answers.replyFor(kind, value),
    fail: (fault) => {
      faults.add(fault);
    },
    close: async () => {
      pauses.close();
      await server.close();
      certificates.remove();
    },
  };
}
