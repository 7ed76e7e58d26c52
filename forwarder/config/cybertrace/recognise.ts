import { isScannerConfig } from './import-scanner.js';
import { attributeOf, childOf, childrenOf, type XmlElement } from './xml/element.js';

/** Which of CyberTrace's files a document is. */
export type XmlKind = 'service' | 'scanner' | 'feed-utility' | 'unknown';

const serviceParts = [
  'InputSettings',
  'OutputSettings',
  'NotificationSettings',
  'ServiceSettings',
  'Domains',
];

export function kindOfXml(root: XmlElement): XmlKind {
  if (serviceParts.some((name) => childOf(root, name) !== undefined)) return 'service';
  const feeds = childrenOf(childOf(root, 'Feeds'), 'Feed');
  if (feeds.some((feed) => attributeOf(feed, 'filename') !== undefined)) return 'service';
  if (feeds.length > 0 || childOf(root, 'ProxySettings') !== undefined) return 'feed-utility';
  return isScannerConfig(root) ? 'scanner' : 'unknown';
}
