import { describe, expect, it } from 'vitest';
import { Loggers, parseLogLevel } from './log.ts';

function collecting(options: { coloured?: boolean } = {}) {
  const lines: string[] = [];
  const loggers = new Loggers({
    write: (line) => lines.push(line),
    coloured: options.coloured ?? false,
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  });
  return { lines, loggers };
}

describe('loggers', () => {
  it('write time, level, name and message in one line', () => {
    const { lines, loggers } = collecting();
    loggers.logger('millrace.rest').info('listening');
    expect(lines).toEqual(['2026-01-02 03:04:05.006 INFO  [millrace.rest] listening\n']);
  });

  it('keep one message in one line when it holds line ends, escapes or direction marks', () => {
    const { lines, loggers } = collecting();
    loggers.logger('a').warn('x\r\ny\u001b[31m\u2028\u202e');
    expect(lines[0]).toContain('x\\u000d\\u000ay\\u001b[31m\\u2028\\u202e');
    expect(lines[0]?.split('\n')).toHaveLength(2);
  });

  it('show the causes of an error below the message', () => {
    const { lines, loggers } = collecting();
    loggers.logger('a').error('failed', new Error('outer', { cause: new Error('inner') }));
    expect(lines[0]).toContain('failed\nError: outer');
    expect(lines[0]).toContain('Caused by: Error: inner');
  });

  it('leave out what is below the level, and follow the nearest name', () => {
    const { lines, loggers } = collecting();
    const logger = loggers.logger('a.b');
    logger.debug('no');
    loggers.setLevel('a', 'DEBUG');
    logger.debug('yes');
    loggers.logger('ax.y').debug('no');
    expect(lines.map((line) => line.trim().split(' ').at(-1))).toEqual(['yes']);
  });

  it('change a logger and those whose name starts with it, and say which changed', () => {
    const { loggers } = collecting();
    loggers.logger('x.a');
    loggers.logger('x.all');
    loggers.logger('y');
    expect(loggers.setLevel('x.a', 'ERROR')).toEqual(['x.a', 'x.all']);
    expect(loggers.setLevel('x.a', 'ERROR')).toEqual([]);
    expect(loggers.setLevel('root', 'ERROR')).toEqual(['root', 'y']);
  });

  it('know a name that was set although nobody logs under it, and no other', () => {
    const { loggers } = collecting();
    expect(loggers.level('never')).toBeNull();
    expect(loggers.setLevel('never', 'INFO')).toEqual(['never']);
    expect(loggers.level('never')).toEqual({ level: 'INFO', lastModified: Date.UTC(2026, 0, 2, 3, 4, 5, 6) });
  });

  it('list levels by name without those that are off', () => {
    const { loggers } = collecting();
    loggers.logger('b');
    loggers.logger('a');
    loggers.setLevel('b', 'OFF');
    expect([...loggers.levels().keys()]).toEqual(['a', 'root']);
    expect(loggers.levels().get('a')).toEqual({ level: 'INFO', lastModified: null });
  });

  it('take level names in any case and no others', () => {
    expect(parseLogLevel('debug')).toBe('DEBUG');
    expect(parseLogLevel('loud')).toBeNull();
  });
});
