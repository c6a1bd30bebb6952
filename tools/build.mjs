import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const outputs = ['packages/domain/dist', 'packages/notifications/dist', 'apps/api/dist', 'apps/web/build'];

/** Builds what has changed; all output goes to standard error. Ends the process when the build fails. */
export function build() {
  const { status } = turbo(['run', 'build', '--output-logs=errors-only'], ['ignore', 2, 2]);
  if (status !== 0) process.exit(status ?? 1);
}

/** Builds only when something was never built: a command must not wait for a look at every file. */
export function buildWhatIsMissing() {
  if (outputs.some((output) => !existsSync(`${root}${output}`))) build();
}

export function turbo(args, stdio = 'inherit') {
  return spawnSync('turbo', args, {
    cwd: root,
    stdio,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
  });
}
