import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { lookUpOnce } from '../support/cybertrace-client.js';
import { projectDirectory, startService } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';

const conf = String.raw`<?xml version="1.0"?>
<Configuration>
  <InputSettings>
    <ConnectionString>127.0.0.1:9999</ConnectionString>
    <RegExps>
      <Source id="Proxy" regexp="^NOTHING">
        <NormalizingRules><Replace input="^\<(\d+)\>" output="NEW_EVENT\:\1\s"/></NormalizingRules>
        <RE_URL type="URL">never=(\S+)</RE_URL>
      </Source>
      <Source id="default">
        <RE_URL type="URL" concatenate="#1#2">url_1=(\S+) url_2=(\S+)</RE_URL>
        <RE_MD5 type="MD5" extract="all">(?&lt;![\da-f])([\da-f]{32})(?![\da-f])</RE_MD5>
      </Source>
    </RegExps>
  </InputSettings>
  <Feeds>
    <Feed filename="Phishing_URL_Data_Feed.json">
      <Field name="mask" matching_type="Url" input_regexp_to_match="RE_URL" category="KL_My_Phishing_URL"/>
    </Feed>
    <Feed filename="Malicious_Hash_Data_Feed.json" enabled="false"/>
  </Feeds>
  <OutputSettings>
    <EventFormat>c=%Category%|i=%MatchedIndicator%|m=%RE_MD5%%RecordContext%</EventFormat>
    <AlertFormat>%Alert%</AlertFormat>
    <RecordFieldContextFormat>|%ParamName%=%ParamValue%</RecordFieldContextFormat>
    <FinishedEventFormat enabled="false">LookupFinished</FinishedEventFormat>
  </OutputSettings>
  <ServiceSettings><Bases>../feeds</Bases></ServiceSettings>
</Configuration>
`;

let folder: string;
let service: ServiceProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-import-run-'));
  await mkdir(join(folder, 'etc'));
  await writeFile(join(folder, 'etc/kl_feed_service.conf'), conf);
  await cp(join(projectDirectory, 'verification/feeds'), join(folder, 'feeds'), {
    recursive: true,
  });
  service = await startService(['--config', 'etc/kl_feed_service.conf'], { cwd: folder });
}, 60_000);
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
}, 60_000);

test('run --config kl_feed_service.conf answers as CyberTrace would with it', async () => {
  const reply = await lookUpOnce(
    service.cybertracePort,
    '<13>x url_1=http://fakess123ap url_2=.nu feaf2058298c1e174c2b79affc7cf4df',
  );
  expect(reply).toMatch(
    /^c=KL_My_Phishing_URL\|i=http:\/\/fakess123ap\.nu\|m=feaf2058298c1e174c2b79affc7cf4df\|IP=\S+/,
  );
  // The feed of hashes is switched off, and the format of what comes last is kept.
  expect(reply.trimEnd().split('\n').slice(1)).toEqual(['LookupFinished']);
  expect(service.stderr()).toContain('is a configuration of CyberTrace 3.x');
});
