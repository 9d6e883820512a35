import { startBroker } from './start-broker.ts';

/** A broker as a process of its own, for tests that kill it: `node sample-broker-process.ts <port> <data folder>`. */
const [port, dataDir] = process.argv.slice(2);
const broker = await startBroker({
  port: Number(port),
  dataDir: dataDir ?? '',
  log: (level, line) => process.stderr.write(`${level} ${line}\n`),
});
process.stdout.write(`${broker.bootstrap}\n`);
