package groovy.lang;

/** What Picocli looks for as it starts; where it is not, Java opens each jar of the class path to say so, those of the clouds' SDKs too. */
public abstract class Closure {}
