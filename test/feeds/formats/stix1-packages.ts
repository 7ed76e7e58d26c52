import type { FeedProblem, FeedRecord, Result } from '../../../forwarder/core/index.js';
import type { Passed } from '../../../forwarder/feeds/formats/format.js';
import { stix1 } from '../../../forwarder/feeds/formats/stix1.js';

/** Writes STIX 1.x files for the tests, and reads them. */

export type Item = Result<FeedRecord, FeedProblem>;

export async function readChunks(
  chunks: Iterable<Uint8Array>,
  onPassed?: (what: Passed) => void,
): Promise<Item[]> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  }
  const results: Item[] = [];
  for await (const result of stix1.read(bytes(), { onPassed })) results.push(result);
  return results;
}

export const namespaces = `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:stix="http://stix.mitre.org/stix-1"
  xmlns:indicator="http://stix.mitre.org/Indicator-2" xmlns:cybox="http://cybox.mitre.org/cybox-2"
  xmlns:stixCommon="http://stix.mitre.org/common-1" xmlns:cyboxCommon="http://cybox.mitre.org/common-2"`;

export function pack(content: string, header = ''): string {
  return `<stix:STIX_Package ${namespaces} id="example:p" version="1.2">${header}${content}</stix:STIX_Package>`;
}

export const indicators = (...all: readonly string[]): string =>
  `<stix:Indicators>${all.join('')}</stix:Indicators>`;
export const observables = (...all: readonly string[]): string =>
  `<stix:Observables cybox_major_version="2" cybox_minor_version="1">${all.join('')}</stix:Observables>`;
export const indicator = (content: string, attributes = ''): string =>
  `<stix:Indicator xsi:type="indicator:IndicatorType" ${attributes}>${content}</stix:Indicator>`;
export const observed = (content: string, attributes = ''): string =>
  `<indicator:Observable ${attributes}>${content}</indicator:Observable>`;
export const properties = (type: string, content: string, attributes = ''): string =>
  `<cybox:Object><cybox:Properties xsi:type="${type}:${type}ectType" ${attributes}>${content}</cybox:Properties></cybox:Object>`;
export const address = (value: string, attributes = ''): string =>
  properties(
    'AddressObj',
    `<AddressObj:Address_Value ${attributes}>${value}</AddressObj:Address_Value>`,
    'category="ipv4-addr"',
  );
export const url = (value: string, attributes = ''): string =>
  properties('URIObj', `<URIObj:Value ${attributes}>${value}</URIObj:Value>`, 'type="URL"');
export const domain = (value: string, attributes = ''): string =>
  properties('DomainNameObj', `<D:Value ${attributes}>${value}</D:Value>`, 'type="FQDN"');
export const file = (...hashes: readonly (readonly [string, string])[]): string =>
  properties(
    'FileObj',
    `<FileObj:File_Name>x.exe</FileObj:File_Name><FileObj:Hashes>${hashes
      .map(
        ([type, value]) =>
          `<cyboxCommon:Hash><cyboxCommon:Type xsi:type="cyboxVocabs:HashNameVocab-1.0">${type}</cyboxCommon:Type><cyboxCommon:Simple_Hash_Value condition="Equals">${value}</cyboxCommon:Simple_Hash_Value></cyboxCommon:Hash>`,
      )
      .join('')}</FileObj:Hashes>`,
  );
export const composition = (operator: string, ...parts: readonly string[]): string =>
  `<cybox:Observable_Composition operator="${operator}">${parts
    .map((part) =>
      part.startsWith('<cybox:Observable ') ? part : `<cybox:Observable>${part}</cybox:Observable>`,
    )
    .join('')}</cybox:Observable_Composition>`;

export function shown(results: readonly Item[]): string[] {
  return results.map((result) =>
    result.ok
      ? result.value.indicators.map(({ kind, value }) => `${kind} ${value}`).join(' + ')
      : `${result.problem.record} ${result.problem.fault}: ${result.problem.reason}`,
  );
}

export const read = async (text: string): Promise<string[]> =>
  shown(await readChunks([Buffer.from(text)]));
export const one = (object: string): Promise<string[]> =>
  read(pack(indicators(indicator(observed(object)))));
