import type { Register } from './command.ts';
export const registerValidate: Register = (program, terminal, done) => {
  program.command('validate').action(() => {
    void terminal;
    done(0);
  });
};
