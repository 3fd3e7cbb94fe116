#!/usr/bin/env node
import('../dist/cli.js').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error(`aegis: this installation is not complete (${error.message.split('\n')[0]}). Run \`npm ci\` in its folder.`);
  process.exit(2);
});
