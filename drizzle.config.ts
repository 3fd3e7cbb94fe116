import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './src/storage/schema.ts',
    './src/storage/model-schema.ts',
    './src/storage/archive-schema.ts',
    './src/storage/lifecycle-schema.ts',
  ],
  out: './drizzle',
});
