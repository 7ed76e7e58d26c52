/** Runs the command line from the sources: npm run dev -- COMMAND. */
import { main } from '../forwarder/cli.js';

await main(process.argv.slice(2));
