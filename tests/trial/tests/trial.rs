//! Does the doctor say of each program what the head of its file expects?
