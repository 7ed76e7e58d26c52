// The floor of look-ups: what Node needs to take the same connections, find the line ends in what they
// bring and answer each with LookupFinished; nothing is looked up. A client that closes is closed, as a
// session of CyberTrace's protocol; with the argument `close` the first answer closes the connection.
import { createServer } from 'node:net';

const closes = process.argv[2] === 'close';
const finished = 'LookupFinished\n';

const server = createServer((socket) => {
  socket.on('data', (chunk) => {
    let lines = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
    if (lines === 0) return;
    if (closes) socket.end(finished);
    else socket.write(lines === 1 ? finished : finished.repeat(lines), 'latin1');
  });
  socket.on('error', () => undefined);
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.stderr.write(`port ${server.address().port}\n`),
);
