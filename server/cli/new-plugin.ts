import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { ConnectError } from '../errors/connect-error.ts';
import type { CommandContext } from './command-context.ts';
import { installFolder } from './data-folder.ts';

/** `millrace plugins new`: a package that works and passes its own tests, to be changed into what is wanted. */
export async function newPlugin({ options, files, say }: CommandContext): Promise<void> {
  const [name = ''] = files;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 100) {
    throw new ConnectError(
      'config',
      `"${name}" cannot be the name of a plugin: use small letters, digits and dashes, such as weather-station`,
    );
  }
  const type = options.type ?? 'source';
  const folder = resolve(options.folder ?? name);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new ConnectError(
      'config',
      `${folder} is there already and is not empty; choose another with --folder`,
    );
  }
  cpSync(join(import.meta.dirname, 'plugin-template', type), folder, { recursive: true });
  // Under its own name it would be heeded in Millrace's repository, too.
  renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'));
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  for (const file of readdirSync(folder)) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8')
      .replaceAll('plugin-name', name)
      .replaceAll('PluginClass', words.join(''))
      .replaceAll('PluginTitle', words.join(' '));
    writeFileSync(path, text);
  }
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(installFolder, join(folder, 'node_modules/millrace'), 'dir');
  say(`Wrote a ${type} connector to ${folder}`);
  say(`Next: cd ${folder} && npm test`);
  say(`Then name this folder in the plugin.path of a worker; README.md says more.`);
}
