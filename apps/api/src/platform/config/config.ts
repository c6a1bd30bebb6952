import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createPublicKey, randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { longestReturnPathName } from '../mail/verp.js';
import { projectRoot } from './project-root.js';

export const roles = ['web', 'scheduler', 'worker'] as const;
export type Role = (typeof roles)[number];

const wholeNumber = (from: number, to: number) => {
  const error = `must be a whole number from ${from} to ${to}`;
  return z.coerce.number({ error }).int({ error }).min(from, { error }).max(to, { error });
};
const port = wholeNumber(0, 65535);
const switchValue = z.enum(['0', '1'], 'must be 0 or 1').transform((value) => value === '1');
const url = (...schemes: string[]) =>
  z
    .url({ error: `must be an address such as ${schemes[0]}://host` })
    .refine((value) => schemes.some((scheme) => value.startsWith(`${scheme}:`)), {
      error: `must start with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    });
const address = z
  .string()
  .regex(/^[^<>\s@]+@[^<>\s@]+$/, { error: 'must be an address such as name@domain.example' });
const listOf = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .string()
    .default('')
    .transform((value) => value.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(item));
const sendgridKey = 'must be the verification key that SendGrid shows, in base64';

function isPublicKey(base64: string): boolean {
  try {
    createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return true;
  } catch {
    return false;
  }
}

/** Every variable the platform reads. docs/operations.md lists the same ones with their meaning. */
const environmentSchema = z
  .object({
    NODE_ENV: z.string().default('development'),
    PORT: port.default(3000),
    HOST: z.string().min(1).default('127.0.0.1'),
    PUBLIC_URL: url('http', 'https').optional(),
    DATABASE_URL: url('postgres', 'postgresql').optional(),
    AFTERCARE_DATA_DIR: z.string().min(1).optional(),
    SMTP_URL: url('smtp', 'smtps').optional(),
    SMTP_FALLBACK_URLS: z
      .string()
      .default('')
      .transform((value) => value.split(/\s+/).filter(Boolean))
      .pipe(z.array(url('smtp', 'smtps'))),
    INBOX_PORT: port.default(1080),
    AFTERCARE_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
    AFTERCARE_ROLES: z
      .string()
      .default(roles.join(','))
      .transform((value) => value.split(',').map((role) => role.trim()))
      .pipe(z.array(z.enum(roles, { error: `must be some of ${roles.join(',')}` })).min(1)),
    AFTERCARE_SAMPLE: switchValue.optional(),
    AFTERCARE_INSTALLATION: z.string().min(1).optional(),
    AFTERCARE_SENDING: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
    AFTERCARE_METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
    AFTERCARE_METRICS_PORT: port.optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https').optional(),
    MAIL_FROM: z
      .string()
      .regex(
        /^[^<>\r\n]*<[^<>\s@]+@[^<>\s@]+>$|^[^<>\s@]+@[^<>\s@]+$/,
        'must be an address or Name <address>',
      )
      .default('Harbour Mutual <care@harbour-mutual.example.com>'),
    MAIL_RATE_PER_SECOND: z.coerce
      .number({ error: 'must be a number of messages, 0 for no limit' })
      .min(0, { error: 'must be a number of messages, 0 for no limit' })
      .default(0),
    MAIL_CONNECTIONS: wholeNumber(1, 200).default(10),
    MAIL_RETURN_PATH: address
      .refine((value) => !value.includes('+') && value.lastIndexOf('@') <= longestReturnPathName, {
        error: `must have a name of at most ${longestReturnPathName} characters and no + in it: what names the delivery is added`,
      })
      .optional(),
    INBOUND_SMTP_PORT: port.optional(),
    INBOUND_SMTP_HOST: z.string().min(1).default('127.0.0.1'),
    INBOUND_MAILBOXES: listOf(address),
    SES_TOPIC_ARNS: listOf(
      z.string().regex(/^arn:aws[a-z-]*:sns:[^:]+:\d{12}:.+$/, { error: 'must be ARNs of SNS topics' }),
    ),
    SENDGRID_WEBHOOK_KEY: z
      .base64({ error: sendgridKey })
      .refine(isPublicKey, { error: sendgridKey })
      .optional(),
    POSTMARK_WEBHOOK_LOGIN: z
      .string()
      .regex(/^[^:]+:.{12,}$/, 'must be user:password, the password of 12 characters or more')
      .optional(),
    MAILGUN_WEBHOOK_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
  })
  .refine((env) => env.NODE_ENV !== 'production' || env.AFTERCARE_SECRET !== undefined, {
    path: ['AFTERCARE_SECRET'],
    error: 'is required with NODE_ENV=production: set it to 32 or more random characters',
  })
  .refine((env) => env.SMTP_FALLBACK_URLS.length === 0 || env.SMTP_URL !== undefined, {
    path: ['SMTP_FALLBACK_URLS'],
    error: 'needs SMTP_URL, the mail server that these step in for',
  });

/** The platform's settings, parsed once at start. */
export class Config {
  readonly production!: boolean;
  readonly port!: number;
  readonly host!: string;
  /** What links in messages start with; no slash at its end. */
  readonly publicUrl!: string;
  /** Unset: the embedded PostgreSQL. */
  readonly databaseUrl!: string | undefined;
  readonly dataDir!: string;
  /** Unset: the development inbox. */
  readonly smtpUrl!: string | undefined;
  /** Mail servers that step in for it, in the order in which they are tried. */
  readonly smtpFallbackUrls!: readonly string[];
  readonly inboxPort!: number;
  /** Signs links and sessions. */
  readonly secret!: string;
  readonly roles!: ReadonlySet<Role>;
  /** Whether an empty book is filled with the sample book at start. */
  readonly sample!: boolean;
  /** A name of this installation's own, by which a copy of its database is told from it. */
  readonly installation!: string | undefined;
  readonly sending!: boolean;
  readonly metricsToken!: string | undefined;
  /** Where a process serves its metrics and health beside, or without, the portal; unset: nowhere else. */
  readonly metricsPort!: number | undefined;
  /** The collector that traces go to; unset: none are made. */
  readonly otlpEndpoint!: string | undefined;
  readonly mailFrom!: string;
  readonly mailRatePerSecond!: number;
  readonly mailConnections!: number;
  /** Bounces come back to it, with the delivery's name added. */
  readonly mailReturnPath!: string;
  /** Where reports of what became of messages arrive by SMTP; no port: nowhere. */
  readonly inboundSmtp!: {
    port: number | undefined;
    host: string;
    /** Taken in beside return paths: where complaints and replies go. In small letters. */
    mailboxes: readonly string[];
  };
  /** What webhooks of mail providers are known by; a provider without is refused. */
  readonly webhooks!: {
    sesTopicArns: readonly string[];
    sendgridKey: string | undefined;
    postmarkLogin: string | undefined;
    mailgunKey: string | undefined;
  };

  constructor(values: { [Key in keyof Config]: Config[Key] }) {
    Object.assign(this, values);
  }
}

/** A variable with a value the platform cannot use. The message names each one, its value and the mend. */
export class ConfigError extends Error {}

/**
 * Reads the settings from the environment.
 * @throws ConfigError naming every wrong variable.
 */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  // An empty variable is an unset one: that is what `VAR= npm start` and compose files mean by it.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) throw new ConfigError(describe(parsed.error, given));
  const env = parsed.data;
  const dataDir = resolve(env.AFTERCARE_DATA_DIR ?? join(projectRoot, '.aftercare'));
  return new Config({
    production: env.NODE_ENV === 'production',
    port: env.PORT,
    host: env.HOST,
    publicUrl: (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/\/+$/, ''),
    databaseUrl: env.DATABASE_URL,
    dataDir,
    smtpUrl: env.SMTP_URL,
    smtpFallbackUrls: env.SMTP_FALLBACK_URLS,
    inboxPort: env.INBOX_PORT,
    secret: env.AFTERCARE_SECRET ?? keptSecret(dataDir),
    roles: new Set(env.AFTERCARE_ROLES),
    sample: env.AFTERCARE_SAMPLE ?? env.DATABASE_URL === undefined,
    installation: env.AFTERCARE_INSTALLATION,
    sending: env.AFTERCARE_SENDING === 'on',
    metricsToken: env.AFTERCARE_METRICS_TOKEN,
    metricsPort: env.AFTERCARE_METRICS_PORT,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    mailFrom: env.MAIL_FROM,
    mailRatePerSecond: env.MAIL_RATE_PER_SECOND,
    mailConnections: env.MAIL_CONNECTIONS,
    mailReturnPath: env.MAIL_RETURN_PATH ?? `bounces@${/@([^<>@]+)>?$/.exec(env.MAIL_FROM)![1]!}`,
    inboundSmtp: {
      port: env.INBOUND_SMTP_PORT,
      host: env.INBOUND_SMTP_HOST,
      mailboxes: env.INBOUND_MAILBOXES.map((mailbox) => mailbox.toLowerCase()),
    },
    webhooks: {
      sesTopicArns: env.SES_TOPIC_ARNS,
      sendgridKey: env.SENDGRID_WEBHOOK_KEY,
      postmarkLogin: env.POSTMARK_WEBHOOK_LOGIN,
      mailgunKey: env.MAILGUN_WEBHOOK_KEY,
    },
  });
}

const sensitive = new Set([
  'AFTERCARE_SECRET',
  'AFTERCARE_METRICS_TOKEN',
  'DATABASE_URL',
  'SMTP_URL',
  'SMTP_FALLBACK_URLS',
  'POSTMARK_WEBHOOK_LOGIN',
  'MAILGUN_WEBHOOK_KEY',
]);

function describe(error: z.ZodError, given: NodeJS.ProcessEnv): string {
  return error.issues
    .map((issue) => {
      const name = String(issue.path[0]);
      const value =
        given[name] === undefined ? 'unset' : sensitive.has(name) ? '(hidden)' : `"${given[name]}"`;
      return `${name} is ${value}: ${issue.message}`;
    })
    .join('\n');
}

/** Outside production a secret is made once and kept with the data, so that links outlive a restart. */
function keptSecret(dataDir: string): string {
  const path = join(dataDir, 'secret');
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(path, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8');
}
