//! The faces that programs written for other services meet.

mod cloudentity;
