import { describe, expect, test } from '@jest/globals';

import {
  describeStep,
  installSteps,
} from '../../forwarder/commands/support/service-install/steps.js';

type Facts = Parameters<typeof installSteps>[0]['facts'];

function stepsOf(listenStream: string | undefined, startsNow: boolean): readonly string[] {
  const facts: Facts = {
    node: '/usr/bin/node',
    program: '/opt/tf/tools/threat-forwarder.js',
    configFile: '/etc/threat-forwarder/forwarder.yaml',
    user: 'threat-forwarder',
    stopSeconds: 10,
    watchdogSeconds: 30,
    listenStream,
    opensLowPort: false,
    writableFolders: [],
    livesInHome: false,
  };
  const { user, configFile } = facts;
  const usesSocket = listenStream !== undefined;
  const options = { root: '', user, configFile, usesSocket, needsConfig: false, warnings: [] };
  return installSteps({ ...options, facts }, startsNow).map(describeStep);
}

describe('install --now', () => {
  test('a socket that listens elsewhere makes room for the new one', () => {
    const steps = stepsOf('127.0.0.1:9995', true).filter((step) => step.startsWith('systemctl'));
    expect(steps).toEqual([
      'systemctl daemon-reload',
      'systemctl enable threat-forwarder.socket threat-forwarder.service',
      'systemctl stop threat-forwarder.socket threat-forwarder.service',
      'systemctl start threat-forwarder.socket threat-forwarder.service',
    ]);
  });

  test('a socket that is wanted no more is stopped and disabled before its unit goes', () => {
    const steps = stepsOf(undefined, true);
    const at = (step: string): number => steps.indexOf(step);
    const remove = at('remove /etc/systemd/system/threat-forwarder.socket');
    expect(at('systemctl stop threat-forwarder.socket')).toBeGreaterThan(-1);
    expect(at('systemctl disable threat-forwarder.socket')).toBeGreaterThan(-1);
    expect(at('systemctl stop threat-forwarder.socket')).toBeLessThan(remove);
    expect(at('systemctl disable threat-forwarder.socket')).toBeLessThan(remove);
    expect(steps.at(-1)).toBe('systemctl start threat-forwarder.service');
  });

  test('without --now nothing that runs is stopped', () => {
    expect(stepsOf(undefined, false).join('\n')).not.toMatch(/systemctl (stop|start)/);
    expect(stepsOf('127.0.0.1:9995', false).join('\n')).not.toMatch(/systemctl (stop|start)/);
  });
});
