import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes a package with a `millrace` entry; `files` by their names, `plugin.js` among them. */
export function writePackage(
  folder: string,
  version: string,
  files: Readonly<Record<string, string>>,
  entry: object = { pluginApi: 1, plugins: ['./plugin.js'] },
): void {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const manifest = JSON.stringify({ name, version, type: 'module', millrace: entry });
  for (const [file, text] of Object.entries({ 'package.json': manifest, ...files })) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** A source that sends `text` once, and then waits. */
export function sayingSource(className: string, text: string): string {
  return `
    import { defineConfig, kinds } from 'millrace/plugin-api/config';
    import { setTimeout as sleep } from 'node:timers/promises';
    const config = defineConfig({ topic: kinds.string({ importance: 'HIGH', documentation: 'Topic of ${className}.' }) });
    const partition = { says: 'it' };
    class Task {
      start(settings, context) { this.topic = settings.topic; this.signal = context.signal; this.said = false; }
      async poll() {
        if (this.said) return await sleep(500, null, { signal: this.signal }).catch(() => null);
        this.said = true;
        return [{ sourcePartition: partition, sourceOffset: { said: 1 }, topic: this.topic, kafkaPartition: null,
          keySchema: null, key: null, valueSchema: null, value: ${text}, timestamp: null, headers: null }];
      }
      stop() {}
    }
    class Connector { start(settings) { this.settings = settings; } taskConfigs() { return [this.settings]; } stop() {} }
    export const plugin = { type: 'source', className: '${className}', title: 'Says', summary: 'Says it.', config,
      createConnector: () => new Connector(), createTask: () => new Task() };
  `;
}
