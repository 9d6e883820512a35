import { once } from 'node:events';
import { createServer } from 'node:net';

/** The other end of the socket stage: takes everything (`send`), or writes blocks of `bytes` without end (`receive`). */

const [direction, bytes] = process.argv.slice(2);
const block = Buffer.alloc(Number(bytes), 'x');

const server = createServer((socket) => {
  socket.on('error', () => undefined);
  if (direction === 'send') socket.resume();
  else void write();

  async function write(): Promise<void> {
    while (!socket.destroyed) {
      if (!socket.write(block)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    }
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
});
