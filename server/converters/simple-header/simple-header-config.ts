import { defineConfig } from '../../config/define-config.ts';

export const simpleHeaderConverterConfig = defineConfig({});
