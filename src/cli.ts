import { runCli } from './compose.ts';

process.exitCode = await runCli(process.argv, process);
