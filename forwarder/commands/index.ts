import type { CommandEntry } from './support/command.js';

/** Every command: adding one is one file and one line. */
export const commandList: readonly CommandEntry[] = [
  {
    name: 'init',
    summary: 'set the service up: ask (or take flags), write forwarder.yaml',
    load: () => import('./init.js'),
  },
  {
    name: 'import',
    summary: 'make forwarder.yaml of the configuration of CyberTrace (kl_feed_service.conf)',
    load: () => import('./import.js'),
  },
  {
    name: 'run',
    summary: 'run the service (npm start does this)',
    load: () => import('./run.js'),
  },
  {
    name: 'status',
    summary: 'show how the running service is: problems and what to do, rates, collectors, spool',
    load: () => import('./status.js'),
  },
  {
    name: 'stats',
    summary: 'show what was detected: by category, feed, source, hour or day',
    load: () => import('./stats.js'),
  },
  {
    name: 'check',
    summary: 'check configuration, templates, feeds, patterns and collectors without running',
    load: () => import('./check.js'),
  },
  {
    name: 'explain',
    summary: 'show step by step what one event leads to, and why',
    load: () => import('./explain.js'),
  },
  {
    name: 'verify',
    summary: 'the verification test: do test events come back as the right detections?',
    load: () => import('./verify.js'),
  },
  {
    name: 'dsm',
    summary: 'teach JSA the events: files to import, or the console set up, checked and verified',
    load: () => import('./dsm.js'),
  },
  {
    name: 'feeds',
    summary: 'look at feeds, add, fetch and search them, save and load them compiled',
    load: () => import('./feeds.js'),
  },
  {
    name: 'send',
    summary: 'send events from files to the service, as JSA would',
    load: () => import('./send.js'),
  },
  {
    name: 'scan',
    summary: 'Log Scanner: look up the events of files, by the service or here, and report',
    load: () => import('./scan.js'),
  },
  {
    name: 'lookup',
    summary: 'ask the Threat Intelligence Portal about values, or add what it says to rows',
    load: () => import('./lookup.js'),
  },
  {
    name: 'service',
    summary: 'install the service under systemd, take it away, show its state and its unit files',
    load: () => import('./service.js'),
  },
];
