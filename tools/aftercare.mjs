import { buildWhatIsMissing } from './build.mjs';

buildWhatIsMissing();
await import('../apps/api/dist/cli/main.js');
