// The floor: what Node needs to receive the same bytes and find the line ends, and nothing else.
// Answers every connection's end with the count; prints its port first, its CPU time at the end.
import { createServer } from 'node:net';

const server = createServer({ allowHalfOpen: true }, (socket) => {
  let lines = 0;
  socket.on('data', (chunk) => {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  });
  socket.on('end', () => {
    const { user, system } = process.cpuUsage(before);
    process.stdout.write(`${JSON.stringify({ lines, cpuSeconds: (user + system) / 1e6 })}\n`);
    socket.end();
    server.close();
  });
});
let before = process.cpuUsage();
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${server.address().port}\n`);
  before = process.cpuUsage();
});
