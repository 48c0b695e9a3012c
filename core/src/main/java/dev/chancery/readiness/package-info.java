/** Whether an application is alive and ready, for what starts it, stops it and sends it requests. */
@NullMarked
package dev.chancery.readiness;

import org.jspecify.annotations.NullMarked;
