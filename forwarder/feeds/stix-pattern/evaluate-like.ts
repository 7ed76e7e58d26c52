import { bad, ok, type Indicator, type Result } from '../../core/index.js';
import { readAs } from '../field-indicators.js';
import { urlValue } from '../formats/url-value.js';

type Reading = Result<readonly Indicator[], string>;

/** A scheme, in which `%` may stand too, since normal forms have none: `http%://`. */
const scheme = /^[a-z%]*:\/\//i;
const wholeOctets = /^(?:\d{1,3}\.){1,3}%$/;

/**
 * The indicators of LIKE: `%` is any text. `_`, any one character, is taken for itself alone, so a
 * pattern never covers more than it says; names and addresses hold hardly any `_`.
 *
 *     url:value LIKE 'http://a.example/gate%'  → mask a.example/gate*
 *     domain-name:value LIKE '%.a.example'     → domain a.example
 *     ipv4-addr:value LIKE '192.0.2.%'         → range 192.0.2.0/24
 */
export function likeIndicators(kind: string, text: string): Reading {
  if (text.includes('*')) return bad('holds a * that is meant literally');
  switch (kind) {
    case 'url':
      return masks([text.replace(scheme, '').replace(/%+/g, '*')]);
    case 'domain':
      return likeDomain(text);
    default:
      return likeAddress(text);
  }
}

function masks(texts: readonly string[]): Reading {
  const indicators: Indicator[] = [];
  for (const text of texts) {
    const reading = urlValue(text);
    if (!reading.ok) return reading;
    indicators.push(reading.value);
  }
  return ok(indicators);
}

function likeDomain(text: string): Reading {
  const name = text.replace(/^%+\.?/, '');
  if (name === '') return bad('would cover every domain');
  if (!name.includes('%')) {
    const reading = readAs('domain', name);
    return reading.ok ? ok([reading.value]) : reading;
  }
  // `%evil%` as a mask would find the word in paths too.
  if (name !== text)
    return bad('begins with % and has another %: no mask says this of a host alone');
  const mask = text.replace(/%+/g, '*');
  return masks(mask.endsWith('*') ? [mask] : [mask, `${mask}/*`]);
}

/** `192.0.2.%`, `10.1.%`: the range that these octets begin. */
function likeAddress(text: string): Reading {
  if (!wholeOctets.test(text)) {
    const reading = readAs('ip', text);
    return reading.ok ? ok([reading.value]) : bad('is no address whose last octets are %');
  }
  const octets = text.split('.').slice(0, -1);
  const range = [...octets, '0', '0', '0'].slice(0, 4).join('.');
  const reading = readAs('ip', `${range}/${octets.length * 8}`);
  return reading.ok ? ok([reading.value]) : reading;
}
