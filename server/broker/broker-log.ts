/** Takes one line for the log. */
export type BrokerLog = (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
