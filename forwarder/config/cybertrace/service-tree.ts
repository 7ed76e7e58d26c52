import { attributeOf, childOf, childrenOf, isNamed } from './xml/element.js';
import type { XmlElement } from './xml/element.js';

/** Which CyberTrace wrote a file; rules differ between them. */
export type Era = '2.x' | '3.x' | '4.x' | '5.x';

/** The parts of kl_feed_service.conf of any version, those that win first. */
export interface ServiceTree {
  readonly era: Era;
  readonly root: XmlElement;
  /** 5.x: the tenant that is taken. */
  readonly tenant: XmlElement | undefined;
  readonly otherTenants: readonly XmlElement[];
  readonly input: readonly XmlElement[];
  readonly feeds: readonly XmlElement[];
  /** OutputSettings and NotificationSettings. */
  readonly output: readonly XmlElement[];
}

/** Takes the tenant named `wanted`, else General, else the first. */
export function serviceTreeOf(
  root: XmlElement,
  hasFeedInfo: boolean,
  wanted?: string,
): ServiceTree {
  const tenants = childrenOf(childOf(root, 'Domains'), 'Domain');
  const named = (name: string): XmlElement | undefined =>
    tenants.find((tenant) => tenantName(tenant).toLowerCase() === name.toLowerCase());
  const tenant = wanted === undefined ? (named('General') ?? tenants[0]) : named(wanted);
  // What a tenant leaves out General says (CyberTrace help, page 198828).
  const general = named('General');
  const scopes = [...new Set([tenant, general, root])].filter((scope) => scope !== undefined);
  const sections = (...names: readonly string[]): readonly XmlElement[] =>
    scopes.flatMap((scope) => childrenOf(scope, ...names));
  const feeds = sections('Feeds');
  const output = sections('OutputSettings', 'NotificationSettings');
  return {
    era: tenants.length > 0 ? '5.x' : eraOf(feeds, output, hasFeedInfo),
    root,
    tenant,
    otherTenants: tenants.filter((one) => one !== tenant),
    input: sections('InputSettings'),
    feeds,
    output,
  };
}

/** The name of a tenant: an attribute, or an element in it. */
export function tenantName(tenant: XmlElement): string {
  const attribute = attributeOf(tenant, 'name') ?? attributeOf(tenant, 'id');
  return (attribute ?? childOf(tenant, 'Name')?.text ?? '').trim();
}

function eraOf(feeds: readonly XmlElement[], output: readonly XmlElement[], hasInfo: boolean): Era {
  const formats = output.flatMap((section) => section.children);
  if (formats.some(({ text }) => /%(?:DATE|EVENT|CONTEXT)%/.test(text))) return '2.x';
  const all = feeds.flatMap((section) => childrenOf(section, 'Feed'));
  const hasFields = all.some((feed) => childOf(feed, 'Field') !== undefined);
  return hasFields && !hasInfo ? '3.x' : '4.x';
}

/** Every element of a name in sections, those that win first; what is in `outside` is passed over. */
export function allNamed(
  sections: readonly XmlElement[],
  name: string,
  outside: readonly string[] = [],
): readonly XmlElement[] {
  return sections.flatMap((section) =>
    section.children.flatMap((child) => [
      ...(isNamed(child, name) ? [child] : []),
      ...(isNamed(child, ...outside) ? [] : allNamed([child], name, outside)),
    ]),
  );
}
