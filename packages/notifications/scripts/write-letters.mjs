import { writeLetters } from '../dist/compile/letters.js';

await writeLetters();
