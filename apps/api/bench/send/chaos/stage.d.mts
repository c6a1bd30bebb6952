import type { ChildProcess } from 'node:child_process';

export interface StageServer {
  urlOf(database: string): string;
  ask<Row = Record<string, unknown>>(database: string, text: string, values?: unknown[]): Promise<Row[]>;
  start(): Promise<void>;
  stop(how?: 'fast' | 'immediate' | 'crash'): Promise<void>;
  copy(given?: ServerSettings & { start?: boolean }): Promise<StageServer>;
  remove(): Promise<void>;
  readonly cluster: {
    folder: string;
    port: number;
    password: string;
    account: { uid: number; gid: number } | null;
  };
}

export interface ServerSettings {
  home?: string;
  settings?: Record<string, string>;
  host?: string;
  within?: string[];
}

export interface StageMachine {
  child: ChildProcess;
  opened: Promise<unknown>;
  ask(what: 'reconcile' | 'close'): Promise<unknown>;
  kill(): Promise<void>;
}

export class Stage {
  static open(given: { messages: number; host?: string; server?: ServerSettings }): Promise<Stage>;
  databaseUrl: string;
  server: StageServer;
  sink: { url: string; answerMs: number; taken: unknown[] };
  machine(
    role: 'worker' | 'scheduler',
    given?: { within?: string[]; connections?: number; mailUrl?: string },
  ): Promise<StageMachine>;
  taken(count: number, withinMs?: number): Promise<void>;
  verdict(
    mostInDoubt: number,
  ): Promise<{ lost: number; doubledMarketing: number; inDoubt: number; problems: string[] }>;
  close(): Promise<void>;
}
