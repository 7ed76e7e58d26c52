// @ts-check
/**
 * Says what is hidden in a URL: percent encoding, punycode, base64 in its parameters.
 *
 *     url=http://xn--e1aybc.xn--p1ai/%70ay?to=aHR0cDovL2JhZC5leGFtcGxlLw
 *     → decodedURL=http://тест.рф/pay?to=aHR0cDovL2JhZC5leGFtcGxlLw|host=тест.рф|path=/pay
 *       |parameters/to=aHR0cDovL2JhZC5leGFtcGxlLw|decoded/to=http://bad.example/
 *
 * enrichment:
 *   enrichers:
 *     - { module: 'package:docs/examples/enrichers/url-decoder.mjs', category: Decoded_URL }
 */
import { domainToUnicode } from 'node:url';

/** Encoded twice is seen in the wild; more than this is somebody's joke. */
const mostRounds = 5;
const mostParameters = 50;

/** @type {import('./enricher.js').CreateEnricher} */
export default () => ({
  enrich({ request, observables }) {
    const asked = request.filter(({ key }) => key === 'url').map(({ text }) => text);
    const found = observables.filter(({ kind }) => kind === 'url').map(({ text }) => text);
    return [...new Set([...asked, ...found])].slice(0, 20).flatMap((text) => answerFor(text) ?? []);
  },
});

/** @param {string} text */
function answerFor(text) {
  const url = parse(text);
  if (url === undefined) return undefined;
  const host = domainToUnicode(url.hostname) || url.hostname;
  const path = percentDecoded(url.pathname);
  const parameters = [...url.searchParams].slice(0, mostParameters);
  const decoded = parameters.flatMap(([name, value]) => {
    const hidden = base64Decoded(value) ?? percentDecoded(value);
    return hidden === value ? [] : [[name, hidden]];
  });
  return {
    matched: text,
    fields: {
      decodedURL: `${url.protocol}//${url.host.replace(url.hostname, host)}${path}${percentDecoded(url.search)}`,
      host,
      path,
      parameters: Object.fromEntries(parameters),
      decoded: Object.fromEntries(decoded),
    },
  };
}

/** @param {string} text */
function parse(text) {
  try {
    return new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    return undefined;
  }
}

/** @param {string} text */
function percentDecoded(text) {
  let decoded = text;
  for (let round = 0; round < mostRounds && decoded.includes('%'); round++) {
    // A part that is no UTF-8 stays as it is, and the others are decoded all the same.
    decoded = decoded.replace(/(?:%[0-9a-f]{2})+/gi, (part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  }
  return decoded;
}

/**
 * Base64, or its form for URLs, where that gives readable text of eight characters or more.
 *
 * @param {string} text
 */
function base64Decoded(text) {
  if (!/^[A-Za-z0-9+/_-]{11,}={0,2}$/.test(text)) return undefined;
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  return /^[\p{L}\p{N}\p{P}\p{S} ]{8,}$/u.test(decoded) && !decoded.includes('\ufffd')
    ? decoded
    : undefined;
}
