/**
 * The functions of the lookup plugin that this project gives again: which sections each asks for, and
 * what it makes of the reply. docs/reference/lookup-fields.md lists every field.
 */
export {
  defaultFunctionFor,
  functionNamed,
  functionsOfFields,
  givesField,
  pickFields,
  plainName,
} from './choose.js';
export { lookupFunctions } from './list.js';
