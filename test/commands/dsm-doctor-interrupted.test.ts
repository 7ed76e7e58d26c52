import { PassThrough } from 'node:stream';

import { expect, jest, test } from '@jest/globals';

import { diagnose } from '../../forwarder/commands/support/dsm/doctor/run-doctor.js';
import { startTestConsole } from '../console/start-test-console.js';
import { tlsObstacle } from '../support/certificates.js';

const withConsole = tlsObstacle === undefined ? test : test.skip;

withConsole('a diagnosis that is interrupted tells no findings', async () => {
  const console = await startTestConsole();
  const stop = new AbortController();
  const errorOutput = new PassThrough();
  // --verbose tells each request.
  errorOutput.on('data', (chunk: Buffer) => {
    if (chunk.includes('/log_sources ')) stop.abort();
  });
  const written = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    const options = { console: console.url, ca: console.caFile, verbose: true, timeLimit: '60' };
    const work = diagnose(
      { set: ['feeds=[]', 'delivery.collectors=[]'], ...options },
      {
        env: { JSA_CONSOLE_TOKEN: console.token },
        cwd: process.cwd(),
        input: new PassThrough(),
        errorOutput,
        isTerminal: false,
        stopSignal: () => stop.signal,
      },
    );
    await expect(work).rejects.toMatchObject({
      code: 'TF_CONSOLE',
      message: expect.stringContaining('interrupted') as unknown,
    });
    expect(written).not.toHaveBeenCalled();
  } finally {
    written.mockRestore();
    await console.close();
  }
});
