import { client } from './generated/client.gen.ts';
import { ApiProblem, problemFrom } from './problem.ts';
import type { CreateImportData, Import } from './generated/types.gen.ts';
import type { ImportKind } from './types.ts';

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
): Promise<Import> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open(
      'POST',
      client.buildUrl<Omit<CreateImportData, 'body'>>({
        url: '/api/staff/imports',
        query: { kind: options.kind, fileName: file.name, dryRun: options.dryRun ? 'true' : 'false' },
      }),
    );
    call.setRequestHeader('accept', 'application/json');
    call.setRequestHeader(
      'content-type',
      /\.(ndjson|jsonl)$/i.test(file.name) ? 'application/x-ndjson' : 'text/csv',
    );
    call.upload.onprogress = (event) => options.onProgress(event.loaded);
    call.onload = () => {
      if (call.status < 400) resolve(JSON.parse(call.responseText) as Import);
      else
        reject(problemFrom(call.status, readJson(call.responseText), call.getResponseHeader('retry-after')));
    };
    call.onerror = () => reject(new ApiProblem('unreachable', 0, null));
    call.onabort = () => reject(new ApiProblem('aborted', 0, null));
    options.signal.addEventListener('abort', () => call.abort());
    call.send(file);
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
