// The floor: what Node needs to receive the same bytes and find the line ends, and nothing else.
// Says its port first, and after the connection's end how many lines there were.
import { createServer } from 'node:net';

const server = createServer((socket) => {
  let lines = 0;
  socket.on('data', (chunk) => {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  });
  socket.on('error', () => undefined);
  socket.on('end', () => process.stderr.write(`lines ${lines}\n`));
});
server.listen(0, '127.0.0.1', () => process.stderr.write(`port ${server.address().port}\n`));
