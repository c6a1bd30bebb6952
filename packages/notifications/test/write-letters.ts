import { writeLetters } from '../src/compile/letters.js';

/** Tests see the templates as they are now, whenever they were built. */
export default writeLetters;
