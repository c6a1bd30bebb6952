import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Queue as QueueSettings } from 'pg-boss';
import { Config } from '../../platform/config/config.js';
import { Queue } from '../../platform/queue/queue.js';
import { SignInMailService } from './sign-in-mail.service.js';
import { linkMinutes } from './sign-in-links.service.js';

const mailQueue: QueueSettings = {
  name: 'sign-in-mail',
  notify: true,
  retryLimit: 6,
  retryDelay: 2,
  retryBackoff: true,
  expireInSeconds: 120,
  // Nobody waits for a link longer than it would have been good for; the address is not kept either.
  retentionSeconds: linkMinutes * 60,
  deleteAfterSeconds: 60,
};

interface SignInMail {
  email: string;
  returnTo: string | null;
}

/**
 * Sign-in mails go through the queue: the answer to a request comes before anything is looked up, so it tells
 * nobody whether an address is known, and a mail server that is away for a moment loses no request.
 */
@Injectable()
export class SignInMailJob implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly mail: SignInMailService,
    private readonly config: Config,
  ) {}

  /** Takes a request down. */
  async request(mail: SignInMail): Promise<void> {
    const boss = await this.queue.open([mailQueue]);
    await boss.send(mailQueue.name, mail);
  }

  /** Whoever takes requests also works them off: a person is waiting at the other end. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.roles.has('web')) return;
    const boss = await this.queue.open([mailQueue]);
    await boss.work<SignInMail>(mailQueue.name, { pollingIntervalSeconds: 1 }, async ([job]) => {
      if (job) await this.mail.send(job.data.email, job.data.returnTo);
    });
  }
}
