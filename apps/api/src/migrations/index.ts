import { Book1795000001000 } from './1795000001000-book.js';
import { Consents1795000002000 } from './1795000002000-consents.js';
import { Audit1795000003000 } from './1795000003000-audit.js';
import { Campaigns1795000004000 } from './1795000004000-campaigns.js';
import { Deliveries1795000005000 } from './1795000005000-deliveries.js';
import { PlannerIndexes1795000020000 } from './1795000020000-planner-indexes.js';
import { Accounts1795000040000 } from './1795000040000-accounts.js';
import { Events1795000050000 } from './1795000050000-events.js';
import { CoolingOff1795000051000 } from './1795000051000-cooling-off.js';
import { ContactLimits1795000061001 } from './1795000061001-contact-limits.js';
import { NoticesAndTasks1795000062001 } from './1795000062001-notices-and-tasks.js';
import { Approval1795000063001 } from './1795000063001-approval.js';
import { PlannerTriggers1795000070001 } from './1795000070001-planner-triggers.js';
import { Simulations1795000064000 } from './1795000064000-simulations.js';
import { Rates1795000081001 } from './1795000081001-rates.js';
import { Workers1795000084001 } from './1795000084001-workers.js';
import { Inbound1795000082001 } from './1795000082001-inbound.js';
import { Tracking1795000083001 } from './1795000083001-tracking.js';
import { Installation1795000085001 } from './1795000085001-installation.js';
import { EvidenceRetention1795000086001 } from './1795000086001-evidence-retention.js';
import { InstallationObjects1795000087001 } from './1795000087001-installation-objects.js';
import { LettersInTheLedger1795000088001 } from './1795000088001-letters-in-the-ledger.js';

/** Every migration, oldest first. */
export const migrations = [
  Book1795000001000,
  Consents1795000002000,
  Audit1795000003000,
  Campaigns1795000004000,
  Deliveries1795000005000,
  PlannerIndexes1795000020000,
  Accounts1795000040000,
  Events1795000050000,
  CoolingOff1795000051000,
  ContactLimits1795000061001,
  NoticesAndTasks1795000062001,
  Approval1795000063001,
  Simulations1795000064000,
  PlannerTriggers1795000070001,
  Rates1795000081001,
  Inbound1795000082001,
  Workers1795000084001,
  Tracking1795000083001,
  Installation1795000085001,
  EvidenceRetention1795000086001,
  InstallationObjects1795000087001,
  LettersInTheLedger1795000088001,
];
