import { ServiceError } from '../../../core/index.js';

/** What the flags say; `false`: taken away by `--no-…`. */
export interface Given {
  readonly config: string;
  readonly acceptsLicence: boolean;
  readonly certificate: string | false | undefined;
  /** Where the pass-phrase is: `env:NAME`, `file:PATH` or `-`. */
  readonly passphrase: string | undefined;
  readonly proxy: string | false | undefined;
  readonly proxyUser: string | undefined;
  /** As passphrase. */
  readonly proxyPassword: string | undefined;
  /** `all`, or names: of the feeds that the certificate allows. */
  readonly feeds: readonly string[] | undefined;
  readonly feedUrls: readonly string[];
  /** Addresses that the certificate is shown to. */
  readonly certificateFeedUrls: readonly string[];
  readonly feedFiles: readonly string[];
  readonly usesDemoFeeds: boolean;
  /** Authorities to trust when feeds are fetched, PEM. */
  readonly feedCa: string | undefined;
  /** Where the feeds that the certificate allows are listed; Kaspersky's when absent. */
  readonly downloadService: string | undefined;
  readonly listen: string | undefined;
  readonly jsa: string | undefined;
  readonly jsaCa: string | undefined;
  readonly skipsCheck: boolean;
  readonly force: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Reads the options of the command. Throws ServiceError TF_USAGE for those that do not go together. */
export function readGiven(options: Readonly<Record<string, unknown>>): Given {
  const text = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === 'string' ? value : undefined;
  };
  const texts = (name: string): readonly string[] => {
    const value = options[name];
    return Array.isArray(value) ? (value as string[]) : [];
  };
  const isOn = (name: string): boolean => options[name] === true;
  const given: Given = {
    config: text('config') ?? 'forwarder.yaml',
    acceptsLicence: isOn('acceptLicence'),
    certificate: options['certificate'] === false ? false : text('certificate'),
    passphrase: text('passphrase'),
    proxy: options['proxy'] === false ? false : text('proxy'),
    proxyUser: text('proxyUser'),
    proxyPassword: text('proxyPassword'),
    feeds: text('feeds')
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    feedUrls: texts('feed'),
    certificateFeedUrls: texts('feedWithCertificate'),
    feedFiles: texts('feedFile'),
    usesDemoFeeds: isOn('demoFeeds'),
    feedCa: text('feedCa'),
    downloadService: text('downloadService'),
    listen: text('listen'),
    jsa: text('jsa'),
    jsaCa: text('jsaCa'),
    skipsCheck: isOn('skipCheck'),
    force: isOn('force'),
    yes: isOn('yes'),
    json: isOn('json'),
  };
  if ((given.proxyUser === undefined) !== (given.proxyPassword === undefined)) {
    throw usage('--proxy-user and --proxy-password go together', 'give both, or neither');
  }
  if (given.proxyUser !== undefined && typeof given.proxy !== 'string') {
    throw usage('--proxy-user without --proxy', 'add --proxy http://HOST:PORT');
  }
  if (given.passphrase !== undefined && given.certificate === false) {
    throw usage('--passphrase without a certificate', 'leave one of the two out');
  }
  const service = given.downloadService;
  if (service !== undefined && !(URL.canParse(service) && /^https?:\/\//i.test(service))) {
    throw usage('--download-service is no address', 'write https://HOST');
  }
  return given;
}

/** Whether any flag says which feeds to use. */
export function givesFeeds(given: Given): boolean {
  const { feeds, feedUrls, certificateFeedUrls, feedFiles, usesDemoFeeds } = given;
  const named = feedUrls.length + certificateFeedUrls.length + feedFiles.length;
  return feeds !== undefined || named > 0 || usesDemoFeeds;
}

/** A flag that cannot be used, and what to write instead. */
export function usage(message: string, hint: string): ServiceError {
  return new ServiceError('TF_USAGE', message, { hint });
}
