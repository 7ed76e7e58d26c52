import { randomUUID, X509Certificate } from 'node:crypto';

import { createAuthority } from '../support/certificates.js';
import type { Route } from './api/answer.js';
import { arielRoutes } from './ariel/searches.js';
import { Faults } from './api/faults.js';
import { Pauses } from './api/pauses.js';
import { Router } from './api/router.js';
import { startApiServer } from './api/server.js';
import { ConsoleState } from './console-state.js';
import { Deployment, deploymentRoutes } from './resources/deployment.js';
import { eventRoutes } from './resources/events.js';
import { expressionRoutes } from './resources/expressions.js';
import { logSourceRoutes } from './resources/log-sources.js';
import { propertyRoutes } from './resources/properties.js';
import { referenceSetRoutes } from './resources/reference-sets.js';
import { systemRoutes } from './resources/system.js';
import { typeRoutes } from './resources/types.js';
import { propertiesOf } from './custom-properties.js';
import { snapshotOf } from './snapshot.js';
import { Forwarding } from './syslog/forwarding.js';
import { SyslogIntake } from './syslog/intake.js';
import { startSyslogServer } from './syslog/server.js';
import type { ConsoleRequest, TestConsole, TestConsoleOptions } from './test-console.js';

const defaultVersions = ['17.0', '18.0', '19.0', '20.0'];
const defaultDeployMs = 20;

/**
 * Starts a console of JSA for tests: its REST API over HTTPS, its syslog receiver, what it makes of the
 * events and its forwarding. A test double: written from the published description, not from a console,
 * and it proves nothing about a real one.
 */
export async function startTestConsole(options: TestConsoleOptions = {}): Promise<TestConsole> {
  const { versions = defaultVersions, deployMs = defaultDeployMs } = options;
  const authority = createAuthority('JSA test console');
  const certificate = authority.issue({
    name: 'console',
    names: 'IP:127.0.0.1,DNS:localhost',
    isExpired: options.isCertificateExpired === true,
  });
  const token = randomUUID();
  const state = new ConsoleState(options);
  const deployment = new Deployment(state, deployMs);
  const pauses = new Pauses();
  const faults = new Faults();
  const requests: ConsoleRequest[] = [];
  let changes = 0;
  const forwarding = new Forwarding((event) => propertiesOf(state, event));
  const intake = new SyslogIntake({
    state,
    settle: () => {
      deployment.settle();
    },
    onEvent: (event) => {
      forwarding.send(event);
    },
  });
  const routes: readonly Route[] = [
    ...systemRoutes(versions),
    ...eventRoutes(state),
    ...typeRoutes(state),
    ...logSourceRoutes(state),
    ...propertyRoutes(state),
    ...expressionRoutes(state),
    ...deploymentRoutes(deployment),
    ...referenceSetRoutes(state),
    ...arielRoutes({
      ...{ state, events: intake.events, pauses },
      durationMs: options.searchDelayMs ?? 0,
    }),
  ];
  const server = await startApiServer({
    tls: certificate,
    port: options.port ?? 0,
    token,
    versions,
    router: new Router(routes, (path) => {
      // Who asks for the state of the deployment shall see it running first.
      if (!path.startsWith('/staged_config/')) deployment.settle();
    }),
    faults,
    pauses,
    onRequest: (request) => {
      requests.push(request);
      const { method, path, status } = request;
      const isChange = method !== 'GET' && !path.startsWith('/ariel/');
      if (isChange && status >= 200 && status < 300) changes++;
    },
  }).catch((error: unknown) => {
    authority.remove();
    throw error;
  });
  const syslog = await startSyslogServer(options.syslogPort ?? 0, (payload, sender) => {
    intake.receive(payload, sender);
  }).catch(async (error: unknown) => {
    await server.close();
    authority.remove();
    throw error;
  });
  return {
    url: `https://127.0.0.1:${server.port}`,
    token,
    caFile: authority.certFile,
    fingerprint: new X509Certificate(certificate.cert).fingerprint256,
    syslog: { host: '127.0.0.1', port: syslog.port },
    requests,
    events: intake.events,
    get changes() {
      return changes;
    },
    snapshot: () => {
      deployment.settle();
      return snapshotOf(state);
    },
    addLogSource: ({ name, identifier, typeName, coalesceEvents = true }) => {
      const type = state.typeNamed(typeName);
      if (type === undefined) throw new Error(`the console has no log source type "${typeName}"`);
      const source = state.makeLogSource({ name, identifier, type_id: type.id });
      state.addActive({ ...source, coalesce_events: coalesceEvents });
    },
    fail: (fault) => {
      faults.add(fault);
    },
    forward: (rule) => {
      forwarding.setRule(rule);
    },
    close: async () => {
      pauses.close();
      forwarding.close();
      await Promise.all([server.close(), syslog.close()]);
      authority.remove();
    },
  };
}
