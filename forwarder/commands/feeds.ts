import type { DefineCommand } from './support/command.js';
import { defineCompile, defineInfo, defineLoad } from './feeds/indexes.js';
import { defineCheck, defineList, defineSearch } from './feeds/looking.js';
import { defineAdd, defineRemove, defineUpdate } from './feeds/changing.js';

export const defineCommand: DefineCommand = (command, run) => {
  command.addHelpText(
    'after',
    `
Examples:
  threat-forwarder feeds list
  threat-forwarder feeds check partner.csv
  threat-forwarder feeds add https://feeds.example.org/urls.txt --name Partner --confidence 60
  threat-forwarder feeds update
  threat-forwarder feeds search http://bad.example/x
  threat-forwarder feeds compile --save monday
  threat-forwarder feeds load monday`,
  );
  for (const define of [
    defineList,
    defineCheck,
    defineSearch,
    defineAdd,
    defineRemove,
    defineUpdate,
    defineCompile,
    defineLoad,
    defineInfo,
  ]) {
    define(command, run);
  }
};
