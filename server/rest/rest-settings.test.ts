import { describe, expect, it } from 'vitest';
import { parseStandaloneWorker } from '../runtime/worker-config.ts';
import { toRestSettings } from './rest-settings.ts';

const read = (settings: Record<string, string>) =>
  toRestSettings(
    parseStandaloneWorker({
      'bootstrap.servers': 'localhost:9092',
      'key.converter': 'JsonConverter',
      'value.converter': 'JsonConverter',
      'offset.storage.file.filename': 'offsets',
      ...settings,
    }),
  );

describe('REST settings of a worker', () => {
  it('listen on loopback alone unless the worker says otherwise', () => {
    expect(read({}).listeners).toEqual([{ scheme: 'http', host: '127.0.0.1', port: 8083 }]);
    expect(read({ listeners: 'http://:8083' }).listeners).toEqual([{ scheme: 'http', host: '', port: 8083 }]);
    expect(read({ listeners: 'http://a:1, http://b:2' }).listeners).toHaveLength(2);
  });

  it('tell administration that is switched off from one beside everything else', () => {
    expect(read({}).adminListeners).toBeNull();
    expect(read({ 'admin.listeners': '' }).adminListeners).toEqual([]);
    expect(read({ 'admin.listeners': 'http://127.0.0.1:1' }).adminListeners).toHaveLength(1);
  });

  it('take what is advertised', () => {
    const settings = { 'rest.advertised.host.name': 'w1', 'rest.advertised.port': '80' };
    expect(read(settings).advertised).toEqual({ host: 'w1', port: 80 });
  });

  it.each([
    ['listeners', 'https://:8443'],
    ['admin.listeners', 'nonsense'],
    ['access.control.allow.origin', '('],
    ['response.http.headers.config', 'nonsense'],
    [
      'rest.extension.classes',
      'org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension',
    ],
  ])('refuse %s = %s by name', (key, value) => {
    expect(() => read({ [key]: value })).toThrow(`for configuration ${key}`);
  });
});
