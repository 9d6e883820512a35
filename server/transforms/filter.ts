import { defineConfig } from '../config/define-config.ts';
import type { Transformation } from '../plugin-api/transformation.ts';

export const filterConfig = defineConfig({});

/** Drops every record; a predicate says which ones it sees. */
export class Filter implements Transformation {
  configure(): void {}

  apply(): null {
    return null;
  }
}
