import { open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Replaces what a file holds; a crash at any point leaves either the old or the new content. */
export async function replaceFile(
  file: string,
  content: Uint8Array | string,
  mode: number = 0o666,
): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const temporary = `${target}.new`;
  try {
    const handle = await open(temporary, 'w', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  const folder = await open(dirname(target), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
