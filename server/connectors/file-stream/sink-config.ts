import { defineConfig } from '../../config/define-config.ts';
import { string } from '../../config/kinds.ts';

export const fileStreamSinkConfig = defineConfig({
  file: string({
    importance: 'HIGH',
    documentation: 'File to append lines to; created if it is missing. Empty: standard output.',
    default: null,
    width: 'LONG',
    displayName: 'File',
  }),
});
