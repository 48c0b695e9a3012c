/** A Spring Boot service that signs what is posted to it, and puts on record who asked. */
package dev.chancery.examples.springboot;
