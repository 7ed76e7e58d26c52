import { chown, link, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { giveToService, makeServiceFolder } from '../../forwarder/commands/support/feeds/owner.js';

/** Only root can give files away; everybody else's stay their own. */
const isRoot = process.getuid?.() === 0;
const service = isRoot ? 12_345 : (process.getuid?.() ?? 0);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-owner-'));
  if (isRoot) await chown(folder, service, service);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const ownerOf = async (path: string) => (await stat(path)).uid;

test("files that root writes in a folder of the service become the service's", async () => {
  await writeFile(join(folder, 'new'), 'x');
  await giveToService(folder, [join(folder, 'new'), join(folder, 'absent')]);
  expect(await ownerOf(join(folder, 'new'))).toBe(service);
});

test('folders that are made for it too', async () => {
  await makeServiceFolder(join(folder, 'a/b'));
  if (!isRoot) await mkdir(join(folder, 'a/b'), { recursive: true });
  expect(await ownerOf(join(folder, 'a'))).toBe(service);
  expect(await ownerOf(join(folder, 'a/b'))).toBe(service);
});

test('what a link leads to is never given away', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'tf-owner-'));
  await writeFile(join(outside, 'secret'), 'x');
  await symlink(join(outside, 'secret'), join(folder, 'soft'));
  await link(join(outside, 'secret'), join(folder, 'hard'));
  await giveToService(folder, [join(folder, 'soft'), join(folder, 'hard')]);
  expect(await ownerOf(join(outside, 'secret'))).toBe(process.getuid?.());
  await rm(outside, { recursive: true });
});
