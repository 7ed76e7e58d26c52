import { resolve } from 'node:path';

import { readSecret } from '../../../config/index.js';
import { bad } from '../../../core/index.js';
import type { Result } from '../../../core/index.js';
import type { Certificate, HeldSecret } from './answers.js';
import { day, endsSoon, readCertificate } from './certificate.js';
import type { CertificateProblem } from './certificate.js';
import { usage } from './given.js';
import { readReference } from './held-secret.js';
import type { Prompts } from './prompts.js';
import { warn } from './session.js';
import type { Session } from './session.js';

/** The certificate feeds are fetched with; undefined: without one. */
export async function askCertificate(session: Session): Promise<Certificate | undefined> {
  const certificate = await choose(session);
  if (certificate !== undefined && endsSoon(certificate, session.nowMs)) {
    warn(session, `the certificate expires on ${day(certificate.validToMs)}`);
  }
  return certificate;
}

async function choose(session: Session): Promise<Certificate | undefined> {
  const { given, wizard, existing, places } = session;
  if (given.certificate === false) return undefined;
  if (given.certificate !== undefined) {
    return fromFlag(session, resolve(places.cwd, given.certificate));
  }
  const inUse = existing?.certificate === undefined ? undefined : certificateInUse(session);
  if (wizard === undefined) {
    if (inUse === undefined) return undefined;
    if (inUse.ok) return inUse.value;
    throw usage(
      `the certificate in use cannot be kept: ${inUse.problem}`,
      'give another one with --certificate FILE, or take it away with --no-certificate',
    );
  }
  if (inUse?.ok === false) wizard.warn(`The certificate in use cannot be kept: ${inUse.problem}`);
  const choice = await wizard.choose<'keep' | 'none' | 'file'>(
    'Which certificate are feeds fetched with?',
    [
      ...(inUse?.ok === true
        ? [{ value: 'keep' as const, label: 'The one in use', hint: inUse.value.subject }]
        : []),
      { value: 'none', label: 'None', hint: 'demo feeds, files, feeds that need no certificate' },
      {
        value: 'file',
        label: 'A PEM file',
        hint: 'certificate and private key, as from Kaspersky',
      },
    ],
  );
  switch (choice) {
    case 'keep':
      return inUse?.ok === true ? inUse.value : undefined;
    case 'none':
      return undefined;
    case 'file':
      return fromPrompts(session, wizard);
    default:
      return choice satisfies never;
  }
}

/** The certificate `--certificate` names, its pass-phrase by flag or, on a terminal, by question. */
async function fromFlag(session: Session, path: string): Promise<Certificate | undefined> {
  const { given, prompts, places, nowMs } = session;
  const passphrase =
    given.passphrase === undefined
      ? undefined
      : await readReference(given.passphrase, '--passphrase', places);
  const read = readCertificate(path, passphrase?.text, nowMs);
  if (read.ok) return withPassphrase(read.value, passphrase);
  if (read.problem.kind === 'needs-passphrase') {
    if (prompts !== undefined) return askPassphrase(session, prompts, path);
    session.missing.push('--passphrase env:NAME|file:PATH|- (the private key is encrypted)');
    return undefined;
  }
  throw usage(
    `--certificate ${path}: ${textOf(read.problem)}`,
    'name a PEM file with a valid certificate and its private key',
  );
}

async function fromPrompts(session: Session, wizard: Prompts): Promise<Certificate> {
  const { cwd } = session.places;
  const path = await wizard.text('Where is the PEM file?', (text) => {
    if (text.trim() === '') return 'Type the path of the file';
    const read = readCertificate(resolve(cwd, text.trim()), undefined, session.nowMs);
    return read.ok || read.problem.kind !== 'bad' ? undefined : textOf(read.problem);
  });
  const file = resolve(cwd, path.trim());
  const read = readCertificate(file, undefined, session.nowMs);
  return read.ok ? read.value : askPassphrase(session, wizard, file);
}

async function askPassphrase(
  session: Session,
  prompts: Prompts,
  path: string,
): Promise<Certificate> {
  const read = (text: string): ReturnType<typeof readCertificate> =>
    readCertificate(path, text, session.nowMs);
  const text = await prompts.secret('What is the pass-phrase of its private key?', (typed) => {
    const result = read(typed);
    return result.ok ? undefined : textOf(result.problem);
  });
  const result = read(text);
  if (result.ok) return withPassphrase(result.value, { text });
  throw usage(`${path}: ${textOf(result.problem)}`, 'start again');
}

/** The certificate of the existing configuration, read again. */
function certificateInUse({ existing, places, nowMs }: Session): Result<Certificate, string> {
  const reference = existing?.passphrase;
  const found =
    reference === undefined ? undefined : readSecret(reference, places.env, places.directory);
  if (found !== undefined && 'problem' in found) return bad(`found ${found.problem}`);
  const read = readCertificate(existing?.certificate ?? '', found?.text, nowMs);
  if (!read.ok) return bad(textOf(read.problem));
  if (reference === undefined || found === undefined) return read;
  const isPlain = !/^(?:env|file|enc):/.test(reference);
  const held: HeldSecret = isPlain ? { text: reference } : { text: found.text, reference };
  return { ok: true, value: withPassphrase(read.value, held) };
}

function withPassphrase(
  certificate: Omit<Certificate, 'passphrase'>,
  passphrase: HeldSecret | undefined,
): Certificate {
  return passphrase === undefined ? certificate : { ...certificate, passphrase };
}

function textOf(problem: CertificateProblem): string {
  switch (problem.kind) {
    case 'bad':
      return problem.text;
    case 'needs-passphrase':
      return 'its private key is encrypted, and there is no pass-phrase';
    case 'wrong-passphrase':
      return 'the pass-phrase does not open its private key';
    default:
      return problem satisfies never;
  }
}
