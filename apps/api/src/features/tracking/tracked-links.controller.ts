import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { agentClass, openedByMachine } from '@aftercare/domain';
import type { Request, Response } from 'express';
import { Access } from '../../platform/auth/access.decorator.js';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { NetworkNames, requestKind } from './caller.js';
import { SightingsJournal } from './sightings-journal.js';
import { TrackedLinksService } from './tracked-links.service.js';
import { wrongLinkPage } from './wrong-link-page.js';

/** One transparent point. */
const picture = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/**
 * Where the links and pictures of letters lead: on to what they promise, at once and whatever else does not work. A
 * link of which a single bit is not ours leads nowhere.
 */
@ApiExcludeController()
@Controller()
export class TrackedLinksController {
  private readonly networks: NetworkNames;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly links: TrackedLinksService,
    private readonly journal: SightingsJournal,
  ) {
    this.networks = new NetworkNames(config.secret);
  }

  /** GET, and HEAD with it. */
  @Get('c/:token')
  @Access('public')
  follow(@Param('token') token: string, @Req() request: Request, @Res() response: Response): void {
    keepToOneself(response);
    const link = this.links.readClick(token);
    if (link === null) {
      const page = wrongLinkPage(this.config.publicUrl, request.headers['accept-language']);
      response.status(404).type('html').send(page);
      return;
    }
    const { target, ...seen } = link;
    const at = new Date(this.clock.now().epochMilliseconds);
    this.journal.noteClick({
      ...seen,
      at,
      request: requestKind(request.method, request.headers),
      agent: agentClass(request.headers['user-agent']),
      network: this.networks.nameOf(request.ip, at),
    });
    // As URL writes it: an address in other letters than a header may hold.
    response.status(302).setHeader('Location', new URL(target).href).end();
  }

  @Get('o/:file')
  @Access('public')
  show(@Param('file') file: string, @Req() request: Request, @Res() response: Response): void {
    keepToOneself(response);
    const letter = this.links.readOpen(file.replace(/\.gif$/, ''));
    if (letter !== null) {
      const agent = agentClass(request.headers['user-agent']);
      const machine = request.method === 'HEAD' || openedByMachine(agent);
      this.journal.noteOpen({
        ...letter,
        at: new Date(this.clock.now().epochMilliseconds),
        agent,
        machine,
      });
    }
    response.status(200).type('gif').send(picture);
  }
}

/** What the address says is between us and the reader: not for caches, search engines, or the page it leads to. */
function keepToOneself(response: Response): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('X-Robots-Tag', 'noindex');
}
