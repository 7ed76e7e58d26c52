import { tryParseListen } from '../values/listen.js';
import { translateExpression } from './expressions/translate.js';
import type { ImportDraft } from './import-draft.js';
import { allNamed, type ServiceTree } from './service-tree.js';
import type { XmlElement } from './xml/element.js';

/** The dialect that imported formats make; collectors and the listener are told to use it. */
export const importedDialect = 'imported';
/** The port that JSA's own guide gives CyberTrace. */
const portOfJsa = 9995;

/** InputSettings but the sources (CyberTrace help, pages 198830 and 171631). */
export function importListener(tree: ServiceTree, draft: ImportDraft): void {
  const [connection, ...rest] = allNamed(tree.input, 'ConnectionString', ['RegExps']);
  for (const other of rest) draft.report(other, replaced);
  for (const delimiter of allNamed(tree.input, 'EventDelimiter')) importDelimiter(delimiter, draft);
  const address = connection && tryParseListen(connection.text.trim());
  if (connection !== undefined && address?.port === portOfJsa) {
    const detail =
      'the port of JSA: its events (JSON or payload) come in at intake.jsa, clients of CyberTrace do not';
    const listen = connection.text.trim();
    draft.set(['intake', 'jsa', 'listen'], listen, connection, 'JSA sends here: JSON or payload.');
    draft.report(connection, { status: 'changed', target: 'intake.jsa.listen', detail });
    return;
  }
  draft.set(
    ['intake', 'jsa'],
    false,
    undefined,
    'CyberTrace has one listener. For JSON of JSA switch this one on, port 9995.',
  );
  if (connection !== undefined) importAddress(connection, address !== undefined, draft);
  draft.set(['intake', 'cybertrace', 'dialect'], importedDialect);
}

export const replaced = {
  status: 'not needed',
  detail: 'another element of this name is used before it',
} as const;

function importAddress(connection: XmlElement, isAddress: boolean, draft: ImportDraft): void {
  const target = 'intake.cybertrace.listen';
  if (isAddress) {
    draft.set(['intake', 'cybertrace', 'listen'], connection.text.trim(), connection);
    draft.report(connection, { status: 'taken over', target });
    return;
  }
  const what = connection.text.includes('\\') ? 'a named pipe of Windows' : 'no address';
  const detail = `${what}: it listens on 127.0.0.1:9999; name HOST:PORT there, and to those who send`;
  draft.report(connection, { status: 'not supported', target, detail });
}

/** A line end ends every event; nothing else can be told to. */
function importDelimiter(delimiter: XmlElement, draft: ImportDraft): void {
  const text = delimiter.text.trim();
  const isLineEnd = /^(?:\\r\??|\[\\r\\n\]\+?|\\n\+?|\\R)+$/.test(text);
  const result = translateExpression(text, { purpose: 'test', hasConcatenate: false });
  if (text === '' || isLineEnd) {
    draft.report(delimiter, { status: 'not needed', detail: 'a line end ends every event' });
    return;
  }
  const detail =
    result.kind === 'refused'
      ? 'events end at line ends only: let those who send put one between events'
      : 'events end at line ends only: let those who send put one before what it matches';
  draft.report(delimiter, { status: 'not supported', detail });
}
