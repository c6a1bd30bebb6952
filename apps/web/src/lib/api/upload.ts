import { apiUrl, ApiProblem, problemFrom } from './http.ts';
import type { ImportKind, ImportRun } from './types.ts';

/**
 * Sends a file as it is to be imported, telling how much of it has left so far. XMLHttpRequest, because fetch cannot
 * report the progress of an upload.
 *
 * @throws {ApiProblem} when the file is refused, the connection breaks, or `signal` is aborted (code `aborted`).
 */
export function uploadImport(
  file: File,
  options: {
    kind: ImportKind;
    dryRun: boolean;
    onProgress: (sentBytes: number) => void;
    signal: AbortSignal;
  },
): Promise<ImportRun> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open(
      'POST',
      apiUrl('/staff/imports', { kind: options.kind, fileName: file.name, dryRun: options.dryRun }),
    );
    call.setRequestHeader('accept', 'application/json');
    call.setRequestHeader(
      'content-type',
      /\.(ndjson|jsonl)$/i.test(file.name) ? 'application/x-ndjson' : 'text/csv',
    );
    call.upload.onprogress = (event) => options.onProgress(event.loaded);
    call.onload = () => {
      if (call.status < 400) resolve(JSON.parse(call.responseText) as ImportRun);
      else reject(problemFrom(call.status, call.responseText, call.getResponseHeader('retry-after')));
    };
    call.onerror = () => reject(new ApiProblem('unreachable', 0, null));
    call.onabort = () => reject(new ApiProblem('aborted', 0, null));
    options.signal.addEventListener('abort', () => call.abort());
    call.send(file);
  });
}
